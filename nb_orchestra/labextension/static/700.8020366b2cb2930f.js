"use strict";(self.rspackChunknb_orchestra_lab=self.rspackChunknb_orchestra_lab||[]).push([[700],{646(o,r,e){var n=e(601),t=e.n(n),a=e(314),i=(e.n(a))()(t());i.push([o.id,`/* Goal cells, the panel of runs, the hover and the status item. Lab's own colours, so that every theme fits. */
.jp-CodeCell.nbo-goal-cell .jp-InputArea-editor { border-left: 3px solid var(--jp-brand-color1); }
.nbo-goal-cell .cm-content { font-family: var(--jp-content-font-family); }
.nbo-goal-cell .cm-content .cm-line:has(.nbo-magic), .nbo-goal-cell .cm-content .nbo-mention { font-family: var(--jp-code-font-family); }
.nbo-magic { color: var(--jp-mirror-editor-meta-color, var(--jp-ui-font-color2)); }
.nbo-name { color: var(--jp-mirror-editor-def-color, inherit); font-weight: 600; }
.nbo-option { color: var(--jp-mirror-editor-attribute-color, inherit); }
.nbo-mention {
  color: var(--jp-mirror-editor-keyword-color, inherit); border-radius: 3px; padding: 0 1px;
  background: color-mix(in srgb, var(--jp-brand-color1) 12%, transparent);
}
.nbo-mention * { color: inherit; }

.nbo-hover { max-width: min(70ch, 80vw); max-height: 40vh; overflow: auto; padding: 6px 10px; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); font: var(--jp-ui-font-size1) / 1.45 var(--jp-ui-font-family); }
.nbo-hover p { margin: 0 0 4px; }
.nbo-hover pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: var(--jp-code-font-size) / 1.4 var(--jp-code-font-family); }
.cm-tooltip:has(> .nbo-hover) { border: 1px solid var(--jp-border-color1); background: var(--jp-layout-color1); box-shadow: var(--jp-elevation-z4); z-index: 10000; }

.nbo-panel { overflow: auto; padding: 8px; min-width: 180px; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); font: var(--jp-ui-font-size1) / 1.45 var(--jp-ui-font-family); }
.nbo-panel [hidden] { display: none; }
.nbo-panel p { margin: 2px 0; overflow-wrap: anywhere; }
.nbo-panel p:empty { display: none; }
.nbo-panel :focus-visible, .nbo-status-button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.nbo-head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.nbo-head h2 { flex: 1 1 auto; margin: 0; font-size: var(--jp-ui-font-size2); }
.nbo-button { font: inherit; color: inherit; padding: 1px 8px; border: 1px solid var(--jp-border-color1); border-radius: 3px; background: var(--jp-layout-color1); cursor: pointer; }
.nbo-button:hover { background: var(--jp-layout-color2); }
.nbo-yes, .nbo-yes:hover { color: var(--jp-ui-inverse-font-color0, #fff); background: var(--jp-brand-color0, var(--jp-brand-color1)); border-color: transparent; }
.nbo-search { box-sizing: border-box; width: 100%; margin: 8px 0; padding: 4px 6px; font: inherit; color: inherit; background: var(--jp-input-background, transparent); border: 1px solid var(--jp-border-color1); border-radius: 3px; }
.nbo-search::placeholder { color: var(--jp-ui-font-color2); opacity: 1; }
.nbo-dim { color: var(--jp-ui-font-color2); }
.nbo-bad { color: color-mix(in srgb, var(--jp-error-color1) 70%, var(--jp-ui-font-color1)); white-space: pre-wrap; }
.nbo-notice:not(:empty), .nbo-told:not(:empty) { margin: 8px 0; padding: 6px 8px; border-left: 3px solid var(--jp-brand-color1); background: var(--jp-layout-color2); white-space: pre-wrap; }
.nbo-day h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; margin: 10px 0 2px; font-size: inherit; }
.nbo-day h3 .nbo-dim { font-weight: normal; }
.nbo-day ul, .nbo-steps { list-style: none; margin: 0; padding: 0; }
.nbo-run { border-top: 1px solid var(--jp-border-color2); }
.nbo-line { display: flex; gap: 6px; width: 100%; padding: 4px 2px; border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
.nbo-line:hover { background: var(--jp-layout-color2); }
.nbo-glyph { flex: none; width: 1.2em; text-align: center; }
.nbo-words { display: flex; flex-direction: column; min-width: 0; }
.nbo-title { overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow-wrap: anywhere; }
.nbo-about, .nbo-where { font-size: var(--jp-ui-font-size0, 0.9em); overflow-wrap: anywhere; }
[data-state="done"] > * > .nbo-glyph { color: var(--jp-success-color1); }
[data-state="failed"] > * > .nbo-glyph { color: var(--jp-error-color1); }
:is([data-state="running"], [data-state="planning"]) > * > .nbo-glyph { color: var(--jp-brand-color1); }
.nbo-body { padding: 2px 2px 8px 1.6em; }
.nbo-goal { white-space: pre-wrap; }
.nbo-actions { display: flex; flex-wrap: wrap; gap: 4px; margin: 6px 0; }
.nbo-step { padding: 3px 0; border-top: 1px dashed var(--jp-border-color2); }
.nbo-step-head { display: flex; flex-wrap: wrap; gap: 0 6px; align-items: baseline; }
.nbo-step-name { font-family: var(--jp-code-font-family); overflow-wrap: anywhere; }
.nbo-step p, .nbo-step details { margin-left: 1.6em; font-size: var(--jp-ui-font-size0, 0.9em); }
.nbo-code { margin: 4px 0; padding: 6px; overflow: auto; max-height: 20em; background: var(--jp-layout-color2); font: var(--jp-code-font-size) / 1.4 var(--jp-code-font-family); }
.nbo-costs, .nbo-foot { margin-top: 10px; border-top: 1px solid var(--jp-border-color2); padding-top: 6px; }
.nbo-panel summary { cursor: pointer; }
.nbo-costs table { border-collapse: collapse; width: 100%; }
.nbo-costs :is(th, td) { text-align: left; font-weight: normal; padding: 2px 8px 2px 0; vertical-align: top; overflow-wrap: anywhere; }
.nbo-foot dl { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; margin: 4px 0; }
.nbo-foot dd { margin: 0; overflow-wrap: anywhere; }
.nbo-cache { white-space: pre-wrap; }

.nbo-status-button { display: flex; align-items: center; gap: 4px; height: 100%; padding: 0 6px; border: 0; background: none; color: var(--jp-ui-font-color1); font: inherit; cursor: pointer; }
.nbo-status-button:hover { background: var(--jp-layout-color3); }
.nbo-status.nbo-live { font-weight: 600; }
`,""]),e.d(r,{},{A:i})},314(o){o.exports=function(o){var r=[];return r.toString=function(){return this.map(function(r){var e="",n=void 0!==r[5];return r[4]&&(e+="@supports (".concat(r[4],") {")),r[2]&&(e+="@media ".concat(r[2]," {")),n&&(e+="@layer".concat(r[5].length>0?" ".concat(r[5]):""," {")),e+=o(r),n&&(e+="}"),r[2]&&(e+="}"),r[4]&&(e+="}"),e}).join("")},r.i=function(o,e,n,t,a){"string"==typeof o&&(o=[[null,o,void 0]]);var i={};if(n)for(var p=0;p<this.length;p++){var l=this[p][0];null!=l&&(i[l]=!0)}for(var c=0;c<o.length;c++){var s=[].concat(o[c]);n&&i[s[0]]||(void 0!==a&&(void 0===s[5]||(s[1]="@layer".concat(s[5].length>0?" ".concat(s[5]):""," {").concat(s[1],"}")),s[5]=a),e&&(s[2]&&(s[1]="@media ".concat(s[2]," {").concat(s[1],"}")),s[2]=e),t&&(s[4]?(s[1]="@supports (".concat(s[4],") {").concat(s[1],"}"),s[4]=t):s[4]="".concat(t)),r.push(s))}},r}},601(o){o.exports=function(o){return o[1]}},72(o){var r=[];function e(o){for(var e=-1,n=0;n<r.length;n++)if(r[n].identifier===o){e=n;break}return e}function n(o,n){for(var t={},a=[],i=0;i<o.length;i++){var p=o[i],l=n.base?p[0]+n.base:p[0],c=t[l]||0,s="".concat(l," ").concat(c);t[l]=c+1;var d=e(s),u={css:p[1],media:p[2],sourceMap:p[3],supports:p[4],layer:p[5]};if(-1!==d)r[d].references++,r[d].updater(u);else{var b=function(o,r){var e=r.domAPI(r);return e.update(o),function(r){r?(r.css!==o.css||r.media!==o.media||r.sourceMap!==o.sourceMap||r.supports!==o.supports||r.layer!==o.layer)&&e.update(o=r):e.remove()}}(u,n);n.byIndex=i,r.splice(i,0,{identifier:s,updater:b,references:1})}a.push(s)}return a}o.exports=function(o,t){var a=n(o=o||[],t=t||{});return function(o){o=o||[];for(var i=0;i<a.length;i++){var p=e(a[i]);r[p].references--}for(var l=n(o,t),c=0;c<a.length;c++){var s=e(a[c]);0===r[s].references&&(r[s].updater(),r.splice(s,1))}a=l}}},659(o){var r={};o.exports=function(o,e){var n=function(o){if(void 0===r[o]){var e=document.querySelector(o);if(window.HTMLIFrameElement&&e instanceof window.HTMLIFrameElement)try{e=e.contentDocument.head}catch(o){e=null}r[o]=e}return r[o]}(o);if(!n)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");n.appendChild(e)}},540(o){o.exports=function(o){var r=document.createElement("style");return o.setAttributes(r,o.attributes),o.insert(r,o.options),r}},56(o,r,e){o.exports=function(o){var r=e.nc;r&&o.setAttribute("nonce",r)}},825(o){o.exports=function(o){if("u"<typeof document)return{update:function(){},remove:function(){}};var r=o.insertStyleElement(o);return{update:function(e){var n,t,a;n="",e.supports&&(n+="@supports (".concat(e.supports,") {")),e.media&&(n+="@media ".concat(e.media," {")),(t=void 0!==e.layer)&&(n+="@layer".concat(e.layer.length>0?" ".concat(e.layer):""," {")),n+=e.css,t&&(n+="}"),e.media&&(n+="}"),e.supports&&(n+="}"),(a=e.sourceMap)&&"u">typeof btoa&&(n+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(a))))," */")),o.styleTagTransform(n,r,o.options)},remove:function(){var o;null===(o=r).parentNode||o.parentNode.removeChild(o)}}}},113(o){o.exports=function(o,r){if(r.styleSheet)r.styleSheet.cssText=o;else{for(;r.firstChild;)r.removeChild(r.firstChild);r.appendChild(document.createTextNode(o))}}},959(o,r,e){var n=e(72),t=e.n(n),a=e(825),i=e.n(a),p=e(659),l=e.n(p),c=e(56),s=e.n(c),d=e(540),u=e.n(d),b=e(113),f=e.n(b),v=e(646),h={};h.styleTagTransform=f(),h.setAttributes=s(),h.insert=l().bind(null,"head"),h.domAPI=i(),h.insertStyleElement=u(),t()(v.A,h),v.A&&v.A.locals&&v.A.locals}}]);